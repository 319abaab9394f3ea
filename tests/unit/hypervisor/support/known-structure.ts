/** One structure as an independent source has it. */
export interface KnownLayout {
  readonly sizeBytes: number;
  /** Field, offset and size. */
  readonly fields: readonly (readonly [name: string, offsetBytes: number, sizeBytes: number])[];
  readonly origin: string;
}

/** The structures of one call. */
export type KnownCall = Readonly<
  Partial<Record<'input' | 'element' | 'output' | 'outputElement', KnownLayout>>
>;
