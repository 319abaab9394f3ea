/** Phrases of the text that drive the lab: links only where there are scripts to follow them. */

/** Makes links of the phrases, as soon as all of the text is there. */
export function linkPhrases(): void {
  if (document.readyState === 'loading') {
    addEventListener('DOMContentLoaded', linkPhrases, { once: true });
    return;
  }
  for (const phrase of document.querySelectorAll<HTMLElement>('a[data-run]')) {
    phrase.setAttribute('href', `#s=${phrase.dataset.run}`);
  }
}

/** Whether a click follows a link to the state that the address holds already. */
export function isFollowedAgain({ target }: Event): boolean {
  const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[data-run]') : null;
  return link !== null && link.hash === location.hash;
}
