/** Follows the reader: marks the section in view in the table of contents, copies anchor links. */

/** A heading counts as reached a little below the sticky header. */
const REACHED_PX = 120;

const links = [...document.querySelectorAll<HTMLAnchorElement>('.toc a')];
const stops = links.flatMap((link) => {
  const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  return heading ? [{ link, heading }] : [];
});

function follow(): void {
  const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
  const reached = stops.filter(({ heading }) => {
    return heading.getBoundingClientRect().top < (atEnd ? innerHeight : REACHED_PX);
  });
  const here = reached.at(-1)?.link;
  for (const { link } of stops) {
    if (link === here) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
}

if (stops.length > 0) {
  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      follow();
    });
  };
  addEventListener('scroll', later, { passive: true });
  addEventListener('resize', later);
  follow();
}

const notice = document.querySelector<HTMLElement>('[data-status]');

document.addEventListener('click', ({ target, ctrlKey, metaKey, shiftKey }) => {
  const anchor = target instanceof Element && target.closest<HTMLAnchorElement>('a.anchor');
  if (!anchor || ctrlKey || metaKey || shiftKey) return;
  // The link is still followed, so the address bar shows it where copying is not allowed.
  navigator.clipboard?.writeText(anchor.href).then(
    () => {
      if (notice) notice.textContent = notice.dataset.status ?? '';
      anchor.dataset.copied = '';
      setTimeout(() => {
        delete anchor.dataset.copied;
        if (notice) notice.textContent = '';
      }, 1500);
    },
    () => {},
  );
});

export {};
