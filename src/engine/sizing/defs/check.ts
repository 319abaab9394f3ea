/** Whether an instance is one: whole numbers that can be added up exactly. */
import type { Issue } from '../../kernel/result.ts';
import { type Instance, type ItemType, sumMax } from './instance.ts';

/** The most machines of one instance; more would be a mistake in the input. */
export const itemsMax = 1_000_000;

const isWhole = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

const wholeNumber = `a whole number from 0 to ${sumMax}`;

const issue = (path: string, message: string, allowed: string): Issue => ({
  path,
  code: 'sizing.instance',
  message,
  allowed,
});

/** Everything that is wrong with an instance, each with its place. */
export function instanceIssues({ capacity, types }: Instance): readonly Issue[] {
  const issues: Issue[] = [];
  const report = (...words: Parameters<typeof issue>) => issues.push(issue(...words));
  if (capacity.length === 0) report('capacity', 'names no resource', 'at least one number');
  for (const [resource, each] of capacity.entries()) {
    if (!isWhole(each)) report(`capacity[${resource}]`, `is ${each}`, wholeNumber);
  }
  for (const [index, type] of types.entries()) {
    issues.push(...typeIssues(type, `types[${index}]`, capacity.length));
  }
  if (issues.length > 0) return issues;
  if (types.reduce((sum, { itemCount }) => sum + itemCount, 0) > itemsMax) {
    report('types', 'hold too many machines', `at most ${itemsMax} together`);
    return issues;
  }
  for (const resource of capacity.keys()) {
    const total = types.reduce((sum, { sizes, itemCount }) => {
      return sum + (sizes[resource] ?? 0) * itemCount;
    }, 0);
    if (total > sumMax) {
      report(`capacity[${resource}]`, 'is asked for more than can be added up', `${sumMax}`);
    }
  }
  return issues;
}

function typeIssues({ sizes, itemCount }: ItemType, path: string, wanted: number): Issue[] {
  const issues: Issue[] = [];
  if (sizes.length !== wanted) {
    const message = `has ${sizes.length} numbers`;
    issues.push(issue(`${path}.sizes`, message, `${wanted}, one a resource`));
  }
  for (const [resource, each] of sizes.entries()) {
    if (!isWhole(each)) issues.push(issue(`${path}.sizes[${resource}]`, `is ${each}`, wholeNumber));
  }
  if (!isWhole(itemCount)) issues.push(issue(`${path}.itemCount`, `is ${itemCount}`, wholeNumber));
  return issues;
}
