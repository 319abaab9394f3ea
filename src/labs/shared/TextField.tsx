import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { Issue } from '../../engine/hypervisor/index.ts';
import { FieldName } from './FieldName.tsx';
import { type IssueStrings, issueText } from './issue-text.ts';

interface Props {
  /** Accessible name; shown unless `hidesLabel`. */
  readonly label: string;
  readonly hidesLabel?: boolean;
  /** What the engine holds now. */
  readonly value: string;
  /** Takes a text over, or says why not. */
  readonly onText: (text: string) => Issue | undefined;
  readonly issues: IssueStrings;
  readonly rows?: number;
  /** Called when the reader points at the field or enters it. */
  readonly onHelp?: () => void;
}

/**
 * A field that never loses what was typed: right text is taken over at once, wrong text stays with
 * a message beside it while the last good value goes on counting. Escape brings that value back.
 */
export function TextField(props: Props): JSX.Element {
  const { label, hidesLabel, value, onText, issues, rows, onHelp } = props;
  const id = useId();
  const [draft, setDraft] = useState<string>();
  const [issue, setIssue] = useState<Issue>();
  const take = (text: string) => {
    setDraft(text);
    setIssue(onText(text));
  };
  const restore = () => {
    setDraft(undefined);
    setIssue(undefined);
  };
  const common = {
    id,
    value: draft ?? value,
    spellcheck: false,
    autocomplete: 'off',
    autocapitalize: 'off',
    'aria-invalid': issue !== undefined,
    'aria-describedby': issue && `${id}-issue`,
    onFocus: onHelp,
    onMouseEnter: onHelp,
    onKeyDown: (event: KeyboardEvent) => event.key === 'Escape' && restore(),
    onBlur: () => issue === undefined && setDraft(undefined),
  } as const;

  return (
    <span class={`lab-field${issue ? ' is-wrong' : ''}`}>
      <label for={id} class={hidesLabel ? 'visually-hidden' : undefined}>
        <FieldName name={label} />
      </label>
      {rows ? (
        <textarea {...common} rows={rows} onInput={(event) => take(event.currentTarget.value)} />
      ) : (
        <input {...common} type="text" onInput={(event) => take(event.currentTarget.value)} />
      )}
      {issue && (
        <span class="lab-issue" id={`${id}-issue`} role="alert">
          {issueText(issue, issues)}
        </span>
      )}
    </span>
  );
}
