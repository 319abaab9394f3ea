/** Issues of the engine as sentences of the page's language. */
import type { Issue } from '../../engine/hypervisor/index.ts';

/** Sentences by issue code; `{allowed}` stands for what would be right. */
export type IssueStrings = Readonly<Record<string, string>>;

/** The sentence of an issue: the language's own if there is one, else the engine's English. */
export function issueText(issue: Issue, strings: IssueStrings): string {
  const template = strings[issue.code] ?? '{message} ({allowed})';
  return template
    .replace('{message}', issue.message)
    .replace('{allowed}', issue.allowed)
    .replace('{path}', issue.path);
}
