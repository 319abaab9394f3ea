/**
 * Where this copy of the site lives. Everything that depends on the address is read here, once,
 * so that a fork or a preview sets three variables and touches no file.
 */

/** The variables a build may set; anything else about the environment is ignored. */
interface Environment {
  readonly SITE_URL?: string | undefined;
  readonly BASE_PATH?: string | undefined;
  readonly REPO_URL?: string | undefined;
}

/** The address settings of one build. */
export interface Settings {
  /** Origin used in canonical links, the sitemap and structured data. */
  readonly siteUrl: string;
  /** Path under which the site is served: starts and ends with a slash. */
  readonly basePath: string;
  /** Where the source is published; without it pages name their file instead of linking to it. */
  readonly repoUrl: string | undefined;
}

/** The name readers see. */
export const SITE_NAME = 'Enlightened';

/** Colours of the browser's own frame, the same as the paper in the style sheet. */
export const PAPER = { light: '#fdfdfb', dark: '#15171c' } as const;

/**
 * Reads the settings of a build and refuses an address that could not work, because a wrong one
 * would only show up after publishing, in search results.
 */
export function readSettings(environment: Environment): Settings {
  const siteUrl = environment.SITE_URL ?? 'https://enlightened.example/';
  const repoUrl = environment.REPO_URL;
  requireWebAddress('SITE_URL', siteUrl);
  if (repoUrl !== undefined) requireWebAddress('REPO_URL', repoUrl);
  const trimmed = (environment.BASE_PATH ?? '').replace(/^\/+|\/+$/g, '');
  return {
    siteUrl,
    basePath: trimmed === '' ? '/' : `/${trimmed}/`,
    repoUrl: repoUrl?.replace(/\/+$/, ''),
  };
}

function requireWebAddress(name: string, value: string): void {
  if (/^https?:\/\/[^\s/]/.test(value) && URL.canParse(value)) return;
  throw new Error(`${name} is "${value}"; it must be a web address such as https://example.org/.`);
}

/** The settings of this build. */
export const settings = readSettings(process.env);
