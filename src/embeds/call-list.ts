/** The registry of hypercalls as rows of a table, in the words of a language. */
import { type CallDefinition, hypercalls } from '../engine/hypervisor/index.ts';
import type { Lang } from '../site/languages.ts';

type Reason = NonNullable<CallDefinition['notSimulated']>;

interface ListWords {
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly privilege: string;
  readonly layout: string;
  readonly source: string;
  readonly why: string;
  readonly kinds: Readonly<Record<CallDefinition['kind'] | 'header', string>>;
  readonly layouts: Readonly<Record<CallDefinition['layout'], string>>;
  readonly reasons: Readonly<Record<Reason, string>>;
}

const en: ListWords = {
  code: 'Code',
  name: 'Name',
  kind: 'Class',
  privilege: 'Privilege',
  layout: 'Layout',
  source: 'Source',
  why: 'Why it is not simulated',
  kinds: { simple: 'simple', rep: 'rep', header: 'variable header' },
  layouts: { published: 'published', unpublished: 'not published' },
  reasons: {
    'parameters unpublished': 'its parameters are not published',
    'effect unpublished': 'what it does in detail is not published',
    'no devices': 'no devices here',
    'no logical processors': 'no physical processors here',
    'no event log': 'no event log here',
    'no isolation': 'no isolated partitions here',
    'no memory hints': 'a hint changes nothing here',
    'ends the machine': 'it acts on the whole computer',
    'ARM64 only': 'ARM64 only; the processors here are x64',
    'guests run from outside': 'guests are run from outside the call',
  },
};

const zhTw: ListWords = {
  code: '代碼',
  name: '名稱',
  kind: '類別',
  privilege: '權限',
  layout: '配置',
  source: '來源',
  why: '未模擬的原因',
  kinds: { simple: 'simple', rep: 'rep', header: '可變標頭' },
  layouts: { published: '已公開', unpublished: '未公開' },
  reasons: {
    'parameters unpublished': '參數未公開',
    'effect unpublished': '具體行為未公開',
    'no devices': '模型中沒有裝置',
    'no logical processors': '模型中沒有實體處理器',
    'no event log': '模型中沒有事件記錄',
    'no isolation': '模型中沒有隔離的分割區',
    'no memory hints': '提示不會改變模型中的任何狀態',
    'ends the machine': '作用於整部電腦',
    'ARM64 only': '僅限 ARM64；此處的處理器為 x64',
    'guests run from outside': '客體由呼叫之外執行',
  },
};

const words: Readonly<Record<Lang, ListWords>> = { en, 'zh-tw': zhTw };

/** One call as text. */
export interface CallRow {
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly privilege: string;
  readonly layout: string;
  readonly why: string | undefined;
  readonly source: { readonly title: string; readonly url: string };
}

const rowOf = (call: CallDefinition, { kinds, layouts, reasons }: ListWords): CallRow => ({
  code: `0x${call.code.toString(16).padStart(4, '0')}`,
  name: call.name,
  kind: call.headerMaxWords > 0 ? `${kinds[call.kind]}, ${kinds.header}` : kinds[call.kind],
  privilege: call.privilege ?? '–',
  layout: layouts[call.layout],
  why: call.notSimulated && reasons[call.notSimulated],
  source: { title: call.source.title.split(',', 1)[0] ?? '', url: call.source.url },
});

/** How far a call goes, as an author writes it. */
export type ListedBehaviour = CallDefinition['behaviour'];

/** The rows and the headings of one table. */
export function callList(behaviour: ListedBehaviour, lang: Lang) {
  const chosen = hypercalls.filter((call) => call.behaviour === behaviour);
  if (chosen.length === 0) {
    throw new Error(
      `<CallList>: no call is "${behaviour}"; write "simulated" or "validated only".`,
    );
  }
  return { words: words[lang], rows: chosen.map((call) => rowOf(call, words[lang])) };
}

/** How many calls there are: all, or those that go so far. */
export const callTotal = (behaviour?: ListedBehaviour): number =>
  hypercalls.filter((call) => behaviour === undefined || call.behaviour === behaviour).length;
