/** Where a page can be edited; without a published repository there is nowhere to lead. */
export function editAddress(file: string, repoUrl: string | undefined): string | undefined {
  return repoUrl === undefined ? undefined : `${repoUrl}/edit/main/content/docs/${file}`;
}
