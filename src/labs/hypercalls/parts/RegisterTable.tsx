import type { JSX } from 'preact';
import type { RegisterRow } from '../../../engine/hypervisor/index.ts';
import type { HypercallLabStrings } from '../strings.ts';

interface Props {
  readonly strings: HypercallLabStrings;
  readonly rows: readonly RegisterRow[];
  /** The last step is shown, so the registers have their values afterwards. */
  readonly done: boolean;
}

/** The caller's registers before and after. */
export function RegisterTable({ strings, rows, done }: Props): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <section class="lab-block lab-scroll" tabIndex={0} aria-label={strings.registers}>
      <table class="registers">
        <caption>{strings.registers}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">{strings.before}</th>
            <th scope="col">{strings.after}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name} class={done && row.changed ? 'is-changed' : undefined}>
              <th scope="row">{row.name}</th>
              <td>
                <code>{row.before}</code>
              </td>
              <td>
                <code>{done ? row.after : row.before}</code>
                {done && row.changed && <span class="visually-hidden"> {strings.changed}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
