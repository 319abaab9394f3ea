/** An instruction after decoding: data only. */
import type { U64 } from '../../kernel/u64.ts';
import type { Operation } from './operations.ts';
import type { OperandBytes } from './registers.ts';

/** A place in memory, as the instruction names it. */
export interface MemoryOperand {
  readonly kind: 'memory';
  readonly sizeBytes: OperandBytes;
  /** Number of the segment register. */
  readonly segment: number;
  readonly base: number | undefined;
  readonly index: number | undefined;
  readonly scale: number;
  readonly displacement: U64;
  /** Relative to the end of the instruction. */
  readonly isRipRelative: boolean;
  readonly addressBytes: 2 | 4 | 8;
}

/** A general register; `isHigh` means bits 15 to 8, as AH. */
export interface GeneralOperand {
  readonly kind: 'general';
  readonly sizeBytes: OperandBytes;
  readonly number: number;
  readonly isHigh: boolean;
}

/** A number in the instruction, already extended to the width that is used. */
export interface ImmediateOperand {
  readonly kind: 'immediate';
  readonly sizeBytes: OperandBytes;
  readonly value: U64;
}

/** A register of another kind. */
export interface SystemOperand {
  readonly kind: 'segment' | 'control' | 'debug';
  readonly sizeBytes: OperandBytes;
  readonly number: number;
}

/** Whatever an instruction works on. */
export type Operand = MemoryOperand | GeneralOperand | ImmediateOperand | SystemOperand;

/** A decoded instruction. */
export interface Instruction {
  readonly operation: Operation;
  readonly operands: readonly Operand[];
  /** Width of the operation: 1 in byte forms. */
  readonly sizeBytes: OperandBytes;
  readonly addressBytes: 2 | 4 | 8;
  readonly repeat: 'none' | 'equal' | 'not-equal';
  /** Segment of an explicit prefix that has an effect. */
  readonly override: number | undefined;
  /** Condition of Jcc, SETcc and CMOVcc. */
  readonly condition: number;
  readonly lengthBytes: number;
}
