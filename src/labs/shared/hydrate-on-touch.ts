/**
 * Astro client directive `client:touch`: a lab's code is loaded when the reader first touches the
 * lab by pointer, finger or keyboard, or follows a link with a state in it.
 *
 * Until then the page costs no more than its text. What the reader does while the code is on its way
 * is not lost: the last click or entry is done again once the lab is alive.
 */
type Load = () => Promise<() => Promise<void>>;

interface Missed {
  readonly target: EventTarget;
  readonly type: string;
  readonly value: string | undefined;
}

const wakers = ['pointerenter', 'pointerdown', 'focusin'] as const;
const kept = ['click', 'input', 'change'] as const;

// biome-ignore lint/style/noDefaultExport: Astro takes a directive's default export.
export default function hydrateOnTouch(load: Load, _options: unknown, island: HTMLElement): void {
  let missed: Missed | undefined;
  const keep = (event: Event) => {
    const { target } = event;
    if (target === null) return;
    missed = { target, type: event.type, value: (target as HTMLInputElement).value };
  };
  const wake = async () => {
    for (const type of wakers) island.removeEventListener(type, wake, true);
    removeEventListener('hashchange', wakeByLink);
    for (const type of kept) island.addEventListener(type, keep, true);
    const hydrate = await load();
    await hydrate();
    for (const type of kept) island.removeEventListener(type, keep, true);
    if (missed !== undefined) replay(missed);
  };
  const wakeByLink = () => {
    if (location.hash.startsWith('#s=')) void wake();
  };
  for (const type of wakers) island.addEventListener(type, wake, true);
  addEventListener('hashchange', wakeByLink);
  wakeByLink();
}

function replay({ target, type, value }: Missed): void {
  if (!(target instanceof HTMLElement)) return;
  if (type === 'click') {
    target.closest('button')?.click();
    return;
  }
  if (value !== undefined) (target as HTMLInputElement).value = value;
  target.dispatchEvent(new Event(type, { bubbles: true }));
}
