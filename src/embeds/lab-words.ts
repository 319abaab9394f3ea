/** The words that a lab needs in one language, so that a page ships only its own. */
import { type SentenceTable, sentencesEn, sentencesZhTw } from '../engine/hypervisor/index.ts';
import { stringsEn } from '../labs/hypercalls/strings.en.ts';
import type { HypercallLabStrings } from '../labs/hypercalls/strings.ts';
import { stringsZhTw } from '../labs/hypercalls/strings.zh-tw.ts';
import type { Lang } from '../site/languages.ts';

interface LabWords {
  readonly strings: HypercallLabStrings;
  readonly sentences: SentenceTable;
}

const words: Readonly<Record<Lang, LabWords>> = {
  en: { strings: stringsEn, sentences: sentencesEn },
  'zh-tw': { strings: stringsZhTw, sentences: sentencesZhTw },
};

/** The words in a language. */
export const labWords = (lang: Lang): LabWords => words[lang];
