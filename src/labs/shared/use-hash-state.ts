import { useLayoutEffect, useRef } from 'preact/hooks';
import { isFollowedAgain } from './run-links.ts';

const prefix = '#s=';

/** The state text in the address, if there is one. */
function stateInAddress(): string | undefined {
  const { hash } = location;
  return hash.startsWith(prefix) ? hash.slice(prefix.length) : undefined;
}

/** The address of this page with a state in it. */
export function addressWithState(text: string): string {
  return location.href.replace(/#.*$/, '') + prefix + text;
}

/**
 * Keeps the address in step with the lab. It is replaced, never pushed, so that the back button
 * leaves the page. Other anchors are left alone until the reader changes something.
 */
export function writeStateToAddress(text: string): void {
  history.replaceState(history.state, '', prefix + text);
}

/**
 * Calls back when the page opens with a state in its address, and when the reader follows or edits
 * a link with a state. Then `stage` is shown, as the target of any link would be.
 */
export function useStateLinks(
  onState: (text: string) => void,
  stage: { readonly current: HTMLElement | null },
): void {
  const latest = useRef(onState);
  latest.current = onState;
  // Before the first paint, so that nobody sees the state that the link replaces.
  useLayoutEffect(() => {
    const listen = () => {
      const text = stateInAddress();
      if (text === undefined) return;
      latest.current(text);
      if (stage.current !== null) showTarget(stage.current);
    };
    const listenAgain = (event: Event) => {
      if (isFollowedAgain(event)) listen();
    };
    listen();
    addEventListener('hashchange', listen);
    document.addEventListener('click', listenAgain);
    return () => {
      removeEventListener('hashchange', listen);
      document.removeEventListener('click', listenAgain);
    };
  }, [stage]);
}

/** Brings a part of the page to the reader's eyes and keyboard, gently if motion is welcome. */
function showTarget(element: HTMLElement): void {
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  element.scrollIntoView({ behavior: isCalm ? 'instant' : 'smooth', block: 'start' });
  element.focus({ preventScroll: true });
}
