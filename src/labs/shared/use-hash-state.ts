import { useLayoutEffect, useRef } from 'preact/hooks';

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

/** Calls back when the reader follows or edits a link with a state on the same page. */
export function useStateLinks(onState: (text: string) => void): void {
  const latest = useRef(onState);
  latest.current = onState;
  // Before the first paint, so that nobody sees the state that the link replaces.
  useLayoutEffect(() => {
    const listen = () => {
      const text = stateInAddress();
      if (text !== undefined) latest.current(text);
    };
    listen();
    addEventListener('hashchange', listen);
    return () => removeEventListener('hashchange', listen);
  }, []);
}
