/**
 * What components inside a page know about it. MDX components get no props from the page, so the
 * route stores the page with the request and they look it up there.
 */
import type { Page } from './book.ts';

const pages = new WeakMap<object, Page>();

/** Remembers the page of a request; called once by the route, before the text is rendered. */
export function setPage(locals: object, page: Page): void {
  pages.set(locals, page);
}

/** The page a component stands in. */
export function pageOf(locals: object, component: string): Page {
  const page = pages.get(locals);
  if (page) return page;
  throw new Error(`<${component}> works only in a page of content/docs.`);
}
