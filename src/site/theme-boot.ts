/**
 * The few bytes that must run before the page is painted: they apply the chosen theme, so that it
 * does not flash, and mark the page as scripted, so that controls that need a script may show.
 * Astro puts them into every page and their hash into its Content-Security-Policy.
 */

/** Where the chosen theme is kept. */
export const THEME_KEY = 'enlightened:theme';

/** The source of the script. Reading the storage can throw where it is blocked. */
export const THEME_BOOT = [
  '(r=>{r.dataset.js="";',
  `try{let t=localStorage.getItem("${THEME_KEY}");`,
  'if(t=="light"||t=="dark")r.dataset.theme=t}catch{}',
  '})(document.documentElement)',
].join('');
