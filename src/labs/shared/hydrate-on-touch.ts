// biome-ignore-all lint/style/noDefaultExport: Astro takes a directive's default export.
/**
 * Astro client directive `client:touch`: a lab's code is loaded when the reader first touches the
 * lab by pointer, finger or keyboard, or follows a link with a state in it.
 *
 * Until then the page costs no more than its text. What the reader does while the code is on its
 * way is not lost: clicks and entries are done again, in their order, once the lab is alive.
 */
import { linkPhrases } from './run-links.ts';

type Load = () => Promise<() => Promise<void>>;

interface Missed {
  readonly target: Element;
  readonly type: string;
  readonly value: string | undefined;
}

/** What is done again; helping software may do it without any pointer or focus before. */
const kept = ['click', 'input', 'change'] as const;
const wakers = ['pointerenter', 'pointerdown', 'focusin', ...kept] as const;

/** Sets up one island; Astro calls it when the page has it. */
export default function hydrateOnTouch(load: Load, _options: unknown, island: HTMLElement): void {
  const missed: Missed[] = [];
  const keep = ({ target, type }: Event) => {
    if (!(target instanceof Element) || !kept.some((each) => each === type)) return;
    const last = missed.at(-1);
    if (type !== 'click' && last?.target === target && last.type === type) missed.pop();
    missed.push({ target, type, value: (target as HTMLInputElement).value });
  };
  const wake = async (touch?: Event) => {
    sleep();
    if (touch !== undefined) keep(touch);
    for (const type of kept) island.addEventListener(type, keep, true);
    const hydrate = await load();
    tellFailure(island, false);
    await hydrate();
    for (const type of kept) island.removeEventListener(type, keep, true);
    // Astro has tried twice by now; some browsers can try again at the next touch, some cannot.
    if (island.hasAttribute('ssr')) {
      tellFailure(island, true);
      watch();
      return;
    }
    for (const event of missed.splice(0)) {
      await drawn();
      replay(event);
    }
  };
  const wakeByLink = () => {
    if (location.hash.startsWith('#s=')) void wake();
  };
  const watch = () => {
    for (const type of wakers) island.addEventListener(type, wake, true);
    addEventListener('hashchange', wakeByLink);
  };
  const sleep = () => {
    for (const type of wakers) island.removeEventListener(type, wake, true);
    removeEventListener('hashchange', wakeByLink);
  };
  linkPhrases();
  watch();
  wakeByLink();
}

/** Says in the lab's place for notices that its code did not come, in the words of the page. */
function tellFailure(island: HTMLElement, isFailed: boolean): void {
  const notice = island.querySelector<HTMLElement>('[data-load-failed]');
  if (notice === null) return;
  notice.textContent = isFailed ? (notice.dataset.loadFailed ?? '') : '';
  notice.hidden = !isFailed;
}

/** Each thing is done to what the one before it has left. */
const drawn = () => new Promise<void>((resolve) => setTimeout(resolve));

function replay({ target, type, value }: Missed): void {
  if (type === 'click') {
    target.closest('button')?.click();
    return;
  }
  if (value !== undefined) (target as HTMLInputElement).value = value;
  target.dispatchEvent(new Event(type, { bubbles: true }));
}
