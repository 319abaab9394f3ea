import type { JSX } from 'preact';
import type { LabView } from '../../../engine/hypervisor/index.ts';
import { fill } from '../../shared/fill.ts';
import type { HypercallLabStrings } from '../strings.ts';
import { BlockBytes } from './BlockBytes.tsx';

interface Props {
  readonly strings: HypercallLabStrings;
  readonly view: LabView;
  readonly stepsLeft: number;
}

/**
 * How the call ended. Until the last step is shown the answer is there but not visible, so that
 * stepping does not move anything.
 */
export function Answer({ strings, view, stepsLeft }: Props): JSX.Element {
  const isWaiting = stepsLeft > 0;
  const tone = isWaiting ? 'is-waiting' : view.result.ok ? 'is-good' : 'is-bad';
  return (
    <div class={`answer ${tone}`}>
      <p class="lab-label">{strings.result}</p>
      <div class="answer-stack">
        {isWaiting && <p class="answer-wait">{fill(strings.waiting, { left: stepsLeft })}</p>}
        <AnswerText strings={strings} view={view} />
      </div>
    </div>
  );
}

function AnswerText({ strings, view }: Omit<Props, 'stepsLeft'>): JSX.Element {
  const { result } = view;
  if (result.outcome !== 'returned') {
    return <p class="answer-text">{strings.outcomes[result.outcome]}</p>;
  }
  return (
    <div class="answer-text">
      <p class="answer-status">
        <code>{result.status}</code> <span class="answer-rax">RAX {result.rax}</span>
      </p>
      <p>
        {result.condition ?? result.meaning}
        {result.reps > 0 && ` ${fill(strings.reps, { reps: result.reps })}`}
        {result.ntStatus && ` ${fill(strings.onWindows, { code: result.ntStatus })}`}
      </p>
      {result.entries > 1 && <p>{fill(strings.entries, { entries: result.entries })}</p>}
      {result.output && <OutputTable strings={strings} output={result.output} />}
    </div>
  );
}

interface OutputProps {
  readonly strings: HypercallLabStrings;
  readonly output: NonNullable<LabView['result']['output']>;
}

function OutputTable({ strings, output }: OutputProps): JSX.Element {
  return (
    <table class="block">
      <caption>{strings.output}</caption>
      <tbody>
        {output.rows.map((row) => (
          <tr key={row.key}>
            <th scope="row">
              {row.path}
              {row.element !== undefined && <small> [{row.element}]</small>}
              <BlockBytes bytes={row.bytes} />
            </th>
            <td>{row.kind !== 'bytes' && <code>{row.text}</code>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
