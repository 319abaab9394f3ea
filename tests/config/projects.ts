/**
 * Which folder of tests/ belongs to which Vitest project. The runner compares this with the test
 * files on disk, so a test in a folder nobody runs is a failure, not a surprise.
 */
export const projectFolders = {
  unit: ['unit', 'property', 'dst', 'golden', 'conformance'],
  repo: ['repo', 'tools'],
  browser: ['browser'],
} as const;

/** The name of a Vitest project. */
export type ProjectName = keyof typeof projectFolders;
