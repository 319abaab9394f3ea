import type { JSX } from 'preact';
import type { PartitionView } from '../../../engine/hypervisor/index.ts';
import { fill } from '../../shared/fill.ts';
import type { HypercallLabStrings } from '../strings.ts';

interface Props {
  readonly strings: HypercallLabStrings;
  readonly partitions: readonly PartitionView[];
  /** Those of the end of the run: the room of what is still to come is kept, so nothing moves. */
  readonly partitionsAtEnd: readonly PartitionView[];
}

/** Partitions, their states and memory pools at the shown step. */
export function MachinePanel({ strings, partitions, partitionsAtEnd }: Props): JSX.Element {
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
              <PartitionCells strings={strings} partition={partition} />
            </tr>
          ))}
          {partitionsAtEnd.slice(partitions.length).map((partition) => (
            <tr key={partition.id} class="is-to-come">
              <PartitionCells strings={strings} partition={partition} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface CellProps {
  readonly strings: HypercallLabStrings;
  readonly partition: PartitionView;
}

function PartitionCells({ strings, partition }: CellProps): JSX.Element {
  const { id, parent, layer, state, poolFree, poolUsed, processors, changed } = partition;
  return (
    <>
      <th scope="row" class={`layer-${layer} layer-bar`}>
        {parent === 0 ? fill(strings.rootName, { id }) : id}
      </th>
      <td>{strings.states[state]}</td>
      <td>{fill(strings.poolText, { free: poolFree, used: poolUsed })}</td>
      <td>
        {processors}
        {changed && <span class="visually-hidden"> {strings.changed}</span>}
      </td>
    </>
  );
}
