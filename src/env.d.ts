/**
 * Lets TypeScript resolve `.astro` imports from `.ts` files; Astro itself type-checks nothing here.
 */
declare module '*.astro' {
  const component: (props: Record<string, unknown>) => unknown;
  export default component;
}
