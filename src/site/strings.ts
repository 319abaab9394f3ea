/**
 * Every word the shell says, one table per language. A text that depends on a value is a function,
 * so that word order stays the business of the language.
 */
import type { Lang } from './languages.ts';
import type { Section } from './sections.ts';

/** The places of the machine that text and labs name; each has its colour and line style. */
export const LAYERS = ['hardware', 'hypervisor', 'root', 'child', 'vmbus'] as const;

/** One of the five layers. */
export type Layer = (typeof LAYERS)[number];

/** The table of one language. */
export interface Strings {
  /** Stands behind the name of the site in the title of the home page. */
  readonly tagline: string;
  readonly skip: string;
  readonly sections: Readonly<Record<Section, string>>;
  readonly nav: {
    readonly site: string;
    readonly pages: string;
    readonly menu: string;
    readonly breadcrumb: string;
    readonly onThisPage: string;
    readonly neighbours: string;
    readonly previous: string;
    readonly next: string;
    /** Said by the switch, in the language it leads to. */
    readonly readInThis: string;
  };
  readonly theme: { readonly auto: string; readonly light: string; readonly dark: string };
  readonly page: {
    readonly updated: string;
    readonly edit: string;
    readonly file: string;
    readonly sources: string;
    readonly sourcesIntro: string;
    readonly read: (day: string) => string;
    readonly licence: (name: string) => string;
    readonly cite: (number: number, title: string) => string;
    readonly linkTo: (heading: string) => string;
    readonly copied: string;
    readonly scrollTable: string;
    readonly once: string;
    readonly now: string;
    readonly note: string;
  };
  readonly fallback: { readonly title: string; readonly text: string };
  readonly layers: Readonly<Record<Layer, string>>;
  readonly machine: {
    readonly label: string;
    readonly caption: string;
    readonly hardware: string;
    readonly hypervisor: string;
    readonly root: string;
    readonly child: string;
    readonly vmbus: string;
    readonly rootName: string;
    readonly childName: string;
    readonly secondChildName: string;
    /** The two ends of a device path, shown where their partitions meet VMBus. */
    readonly provider: string;
    readonly client: string;
  };
  readonly footer: string;
  readonly notFound: { readonly title: string; readonly text: string; readonly home: string };
}

const en: Strings = {
  tagline: 'the Hyper-V architecture you can run',
  skip: 'Skip to the text',
  sections: { home: 'Home', architecture: 'Architecture', reference: 'Reference', about: 'About' },
  nav: {
    site: 'Site',
    pages: 'Pages',
    menu: 'Menu',
    breadcrumb: 'Breadcrumb',
    onThisPage: 'On this page',
    neighbours: 'Previous and next page',
    previous: 'Previous',
    next: 'Next',
    readInThis: 'Read this page in English',
  },
  theme: {
    auto: 'Theme: as the system',
    light: 'Theme: light',
    dark: 'Theme: dark',
  },
  page: {
    updated: 'Last updated',
    edit: 'Edit this page',
    file: 'Source file',
    sources: 'Sources',
    sourcesIntro: 'The facts on this page are told in our own words from these sources.',
    read: (day) => `read ${day}`,
    licence: (name) => `licence ${name}`,
    cite: (number, title) => `Source ${number}: ${title}`,
    linkTo: (heading) => `Link to “${heading}”`,
    copied: 'Link copied',
    scrollTable: 'Table',
    once: 'Then',
    now: 'Now',
    note: 'Note',
  },
  fallback: {
    title: 'This page is not yet translated',
    text: 'The text below is in English.',
  },
  layers: {
    hardware: 'Hardware',
    hypervisor: 'Hypervisor',
    root: 'Root partition',
    child: 'Child partition',
    vmbus: 'VMBus',
  },
  machine: {
    label: 'The parts of a machine that runs Hyper-V',
    caption:
      'Who sits where. Each layer keeps its colour and line pattern on all pages and in all labs.',
    hardware: 'processors, memory, devices',
    hypervisor: 'divides processors and memory, answers hypercalls',
    root: 'device drivers, virtualization stack',
    child: 'guest operating system',
    vmbus: 'channels between partitions',
    rootName: 'Root partition',
    childName: 'Child partition',
    secondChildName: 'Another child',
    provider: 'service provider (VSP)',
    client: 'service client (VSC)',
  },
  footer: 'Text CC BY 4.0, code MIT. An independent project, not affiliated with Microsoft.',
  notFound: {
    title: 'There is no page at this address',
    text: 'It may have been mistyped, or the link that brought you here is wrong.',
    home: 'Go to the first page',
  },
};

const zhTw: Strings = {
  tagline: '可以動手執行的 Hyper-V 架構',
  skip: '跳到正文',
  sections: { home: '首頁', architecture: '架構', reference: '參考資料', about: '關於本站' },
  nav: {
    site: '網站',
    pages: '頁面',
    menu: '選單',
    breadcrumb: '目前位置',
    onThisPage: '本頁內容',
    neighbours: '上一頁與下一頁',
    previous: '上一頁',
    next: '下一頁',
    readInThis: '以繁體中文閱讀本頁',
  },
  theme: {
    auto: '佈景主題：跟隨系統',
    light: '佈景主題：淺色',
    dark: '佈景主題：深色',
  },
  page: {
    updated: '最後更新',
    edit: '編輯本頁',
    file: '原始檔',
    sources: '資料來源',
    sourcesIntro: '本頁內容依據下列資料來源，以我們自己的文字寫成。',
    read: (day) => `${day} 查閱`,
    licence: (name) => `授權條款 ${name}`,
    cite: (number, title) => `資料來源 ${number}：${title}`,
    linkTo: (heading) => `「${heading}」的連結`,
    copied: '已複製連結',
    scrollTable: '表格',
    once: '當時',
    now: '現在',
    note: '注意',
  },
  fallback: {
    title: '本頁尚無中文版',
    text: '以下為英文內容。',
  },
  layers: {
    hardware: '硬體',
    hypervisor: 'Hypervisor',
    root: '根分割區',
    child: '子分割區',
    vmbus: 'VMBus',
  },
  machine: {
    label: '執行 Hyper-V 的機器由哪些部分組成',
    caption: '誰在哪一層。每一層在各頁面與各實驗中，都使用固定的顏色與線條樣式。',
    hardware: '處理器、記憶體、裝置',
    hypervisor: '分配處理器與記憶體，回應 Hypercall',
    root: '裝置驅動程式、虛擬化堆疊',
    child: '客體作業系統',
    vmbus: '分割區之間的通道',
    rootName: '根分割區',
    childName: '子分割區',
    secondChildName: '另一個子分割區',
    provider: '服務提供者 (VSP)',
    client: '服務用戶端 (VSC)',
  },
  footer: '文字採用 CC BY 4.0，程式碼採用 MIT 授權條款。本站為獨立專案，與 Microsoft 無關。',
  notFound: {
    title: '這個網址沒有頁面',
    text: '網址可能打錯了，或是帶您來這裡的連結有誤。',
    home: '前往首頁',
  },
};

/** The tables of all languages. */
export const strings: Readonly<Record<Lang, Strings>> = { en, 'zh-tw': zhTw };

/** Writes a day such as 2026-11-23 the way the language does. */
export function writeDay(day: string, lang: Lang): string {
  const tag = lang === 'en' ? 'en-GB' : 'zh-TW';
  const format = new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone: 'UTC' });
  return format.format(new Date(`${day}T00:00:00Z`));
}
