/**
 * The linear programme over host contents: how many hosts of each content cover all machines.
 *
 * A revised simplex with the inverse of its basis, in floating point. That is enough, because its
 * prices are only a proposal: what is claimed is made of whole numbers and checked elsewhere. The
 * counts are shifted by a hair, each by another one, so that no step is without progress.
 */
import { assert } from '../../kernel/result.ts';
import type { Pattern } from './shape.ts';

const tolerance = 1e-7;
const pivotMin = 1e-9;
const shift = 1e-6;
/** Steps after which the inverse is computed anew, since rounding adds up. */
const refreshSteps = 150;

/** A content that the solution uses, and on how many hosts. */
export interface Share {
  readonly column: number;
  readonly hosts: number;
}

/** The programme for given counts. */
export class Master {
  readonly columns: Pattern[] = [];
  readonly duals: Float64Array;
  readonly #rows: number;
  readonly #demand: Float64Array;
  /** For each row the column of the basis: a pattern, or -1 - t for too many of type t. */
  readonly #basis: Int32Array;
  readonly #hosts: Float64Array;
  readonly #inverse: Float64Array;
  readonly #direction: Float64Array;
  #steps = 0;

  constructor(itemCounts: Int32Array, copiesMax: Int32Array) {
    const rows = itemCounts.length;
    this.#rows = rows;
    this.duals = new Float64Array(rows);
    this.#demand = new Float64Array(rows);
    this.#basis = new Int32Array(rows);
    this.#hosts = new Float64Array(rows);
    this.#inverse = new Float64Array(rows * rows);
    this.#direction = new Float64Array(rows);
    for (let row = 0; row < rows; row += 1) {
      const copies = copiesMax[row] as number;
      assert(copies > 0, 'every type fits on a host');
      const jitter = shift * (1 + ((row * 0x9e37) % 0x1_0000) / 0x1_0000);
      this.#demand[row] = (itemCounts[row] as number) + jitter;
      this.columns.push({ types: [row], copies: [copies] });
      this.#basis[row] = row;
      this.#inverse[row * rows + row] = 1 / copies;
      this.#hosts[row] = (this.#demand[row] as number) / copies;
      this.duals[row] = 1 / copies;
    }
  }

  /** Adds a content to choose from. */
  add(pattern: Pattern): void {
    this.columns.push(pattern);
  }

  /** What a content is worth at the prices of now. */
  worth({ types, copies }: Pattern): number {
    let worth = 0;
    for (let at = 0; at < types.length; at += 1) {
      worth += (this.duals[types[at] as number] as number) * (copies[at] as number);
    }
    return worth;
  }

  /** Solves over the columns that are there. */
  solve(): void {
    const stepsMax = 50 * this.#rows + 20 * this.columns.length;
    for (let step = 0; step < stepsMax; step += 1) {
      const entering = this.#entering();
      if (entering === undefined) return;
      if (!this.#enter(entering)) return;
    }
  }

  /** The contents in use. */
  shares(): readonly Share[] {
    const shares: Share[] = [];
    for (let row = 0; row < this.#rows; row += 1) {
      const column = this.#basis[row] as number;
      const hosts = this.#hosts[row] as number;
      if (column >= 0 && hosts > 10 * tolerance) shares.push({ column, hosts });
    }
    return shares;
  }

  /** The most attractive column, or undefined when the solution is the best. */
  #entering(): number | undefined {
    let best = -tolerance;
    let entering: number | undefined;
    for (let row = 0; row < this.#rows; row += 1) {
      if ((this.duals[row] as number) < best) {
        best = this.duals[row] as number;
        entering = -1 - row;
      }
    }
    for (let column = 0; column < this.columns.length; column += 1) {
      const reduced = 1 - this.worth(this.columns[column] as Pattern);
      if (reduced < best) {
        best = reduced;
        entering = column;
      }
    }
    return entering;
  }

  /** Brings a column into the basis; false when numbers have become useless. */
  #enter(column: number): boolean {
    const rows = this.#rows;
    const direction = this.#directionOf(column);
    let leaving = -1;
    let ratio = Infinity;
    for (let row = 0; row < rows; row += 1) {
      const slope = direction[row] as number;
      if (slope <= pivotMin) continue;
      const here = Math.max(0, this.#hosts[row] as number) / slope;
      if (here < ratio) {
        ratio = here;
        leaving = row;
      }
    }
    if (leaving < 0) return false;
    const cost = column < 0 ? 0 : 1;
    const reduced = cost - this.worth(this.#entriesOf(column));
    this.#pivot(leaving, ratio, reduced);
    this.#basis[leaving] = column;
    this.#hosts[leaving] = ratio;
    this.#steps += 1;
    return this.#steps % refreshSteps !== 0 || this.#refresh();
  }

  /** The entries of a column; one that stands for too many of a type takes one away. */
  #entriesOf(column: number): Pattern {
    return column < 0 ? { types: [-1 - column], copies: [-1] } : (this.columns[column] as Pattern);
  }

  #directionOf(column: number): Float64Array {
    const rows = this.#rows;
    const direction = this.#direction.fill(0);
    const pattern = this.#entriesOf(column);
    for (let at = 0; at < pattern.types.length; at += 1) {
      const type = pattern.types[at] as number;
      const copies = pattern.copies[at] as number;
      for (let row = 0; row < rows; row += 1) {
        const entry = this.#inverse[row * rows + type] as number;
        direction[row] = (direction[row] as number) + entry * copies;
      }
    }
    return direction;
  }

  #pivot(leaving: number, ratio: number, reduced: number): void {
    const rows = this.#rows;
    const inverse = this.#inverse;
    const base = leaving * rows;
    const pivot = this.#direction[leaving] as number;
    for (let at = 0; at < rows; at += 1) {
      const entry = (inverse[base + at] as number) / pivot;
      inverse[base + at] = entry;
      this.duals[at] = (this.duals[at] as number) + reduced * entry;
    }
    for (let row = 0; row < rows; row += 1) {
      const slope = this.#direction[row] as number;
      if (row === leaving || slope === 0) continue;
      this.#hosts[row] = (this.#hosts[row] as number) - ratio * slope;
      const to = row * rows;
      for (let at = 0; at < rows; at += 1) {
        inverse[to + at] = (inverse[to + at] as number) - slope * (inverse[base + at] as number);
      }
    }
  }

  /** Computes inverse, hosts and prices anew from the basis. */
  #refresh(): boolean {
    const rows = this.#rows;
    const matrix = new Float64Array(rows * rows);
    for (let row = 0; row < rows; row += 1) {
      const column = this.#basis[row] as number;
      const pattern = this.#entriesOf(column);
      for (let at = 0; at < pattern.types.length; at += 1) {
        matrix[(pattern.types[at] as number) * rows + row] = pattern.copies[at] as number;
      }
    }
    const inverse = invert(matrix, rows);
    if (inverse === undefined) return false;
    this.#inverse.set(inverse);
    this.duals.fill(0);
    for (let row = 0; row < rows; row += 1) {
      let hosts = 0;
      const isPattern = (this.#basis[row] as number) >= 0;
      for (let at = 0; at < rows; at += 1) {
        const entry = inverse[row * rows + at] as number;
        hosts += entry * (this.#demand[at] as number);
        if (isPattern) this.duals[at] = (this.duals[at] as number) + entry;
      }
      this.#hosts[row] = hosts;
    }
    return true;
  }
}

/** The inverse of a square matrix by elimination with the largest pivot; undefined without one. */
function invert(matrix: Float64Array, rows: number): Float64Array | undefined {
  const inverse = new Float64Array(rows * rows);
  for (let row = 0; row < rows; row += 1) inverse[row * rows + row] = 1;
  for (let column = 0; column < rows; column += 1) {
    const pivot = largestBelow(matrix, rows, column);
    const divisor = matrix[pivot * rows + column] as number;
    if (Math.abs(divisor) < pivotMin) return undefined;
    for (const table of [matrix, inverse]) {
      swapAndScale(table, rows, pivot, column, divisor);
    }
    for (let row = 0; row < rows; row += 1) {
      const factor = matrix[row * rows + column] as number;
      if (row === column || factor === 0) continue;
      subtractRow(matrix, rows, row, column, factor);
      subtractRow(inverse, rows, row, column, factor);
    }
  }
  return inverse;
}

function largestBelow(matrix: Float64Array, rows: number, column: number): number {
  let largest = column;
  for (let row = column + 1; row < rows; row += 1) {
    const here = Math.abs(matrix[row * rows + column] as number);
    if (here > Math.abs(matrix[largest * rows + column] as number)) largest = row;
  }
  return largest;
}

function swapAndScale(table: Float64Array, rows: number, from: number, to: number, by: number) {
  for (let at = 0; at < rows; at += 1) {
    const moved = (table[from * rows + at] as number) / by;
    if (from !== to) table[from * rows + at] = table[to * rows + at] as number;
    table[to * rows + at] = moved;
  }
}

function subtractRow(table: Float64Array, rows: number, row: number, of: number, factor: number) {
  for (let at = 0; at < rows; at += 1) {
    const entry = table[of * rows + at] as number;
    if (entry !== 0) table[row * rows + at] = (table[row * rows + at] as number) - factor * entry;
  }
}
