import type { JSX } from 'preact';
import type { PartitionView } from '../../../engine/hypervisor/index.ts';
import { fill } from '../../shared/fill.ts';
import type { HypercallLabStrings } from '../strings.ts';

interface Props {
  readonly strings: HypercallLabStrings;
  readonly partitions: readonly PartitionView[];
}

/** Partitions, their states and memory pools at the shown step. */
export function MachinePanel({ strings, partitions }: Props): JSX.Element {
  return (
    <div class="lab-block">
      <table class="machine">
        <caption>{strings.machine}</caption>
        <thead>
          <tr>
            <th scope="col">{strings.partition}</th>
            <th scope="col">{strings.state}</th>
            <th scope="col">{strings.pool}</th>
            <th scope="col">{strings.processors}</th>
          </tr>
        </thead>
        <tbody>
          {partitions.map((partition) => (
            <tr key={partition.id} class={partition.changed ? 'is-changed' : undefined}>
              <th scope="row" class={`layer-${partition.layer} layer-bar`}>
                {partition.parent === 0
                  ? fill(strings.rootName, { id: partition.id })
                  : partition.id}
              </th>
              <td>{strings.states[partition.state]}</td>
              <td>
                {fill(strings.poolText, { free: partition.poolFree, used: partition.poolUsed })}
              </td>
              <td>
                {partition.processors}
                {partition.changed && <span class="visually-hidden"> {strings.changed}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
