/**
 * The lock file must name every package that some platform needs. npm leaves out what the registry
 * of the day could not offer, and then `npm ci` refuses the whole file on the next machine.
 */
import type { Report, Sources } from './sources.ts';

type Names = Readonly<Record<string, string>>;

interface Entry {
  readonly version?: string;
  readonly dependencies?: Names;
  readonly optionalDependencies?: Names;
  readonly devDependencies?: Names;
}

/** Checks that every dependency named in the lock file is in the lock file. */
export function checkLock(sources: Sources): Report {
  const text = sources.get('package-lock.json');
  if (text === undefined) return { scannedFiles: 0, findings: ['package-lock.json:1 is missing'] };
  const { packages }: { packages: Readonly<Record<string, Entry>> } = JSON.parse(text);
  const findings = Object.entries(packages).flatMap(([place, entry]) => {
    const names = {
      ...entry.dependencies,
      ...entry.optionalDependencies,
      ...entry.devDependencies,
    };
    return Object.entries(names).flatMap(([name, range]) => {
      const found = nearest(packages, place, name)?.version;
      const isExact = /^\d+\.\d+\.\d+$/.test(range);
      if (found !== undefined && (!isExact || found === range)) return [];
      const has = found === undefined ? 'nothing' : found;
      return [`package-lock.json:1 has ${has} for ${name}@${range} of ${place || 'the project'}`];
    });
  });
  return { scannedFiles: Object.keys(packages).length, findings };
}

/** The package that Node would find from this place, one node_modules folder after the other. */
function nearest(
  packages: Readonly<Record<string, Entry>>,
  place: string,
  name: string,
): Entry | undefined {
  for (let folder = place; ; folder = folder.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, '')) {
    const found = packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`];
    if (found || folder === '') return found;
  }
}
