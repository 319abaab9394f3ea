/** Splits hexadecimal numbers for reading: `0x0000000400000048` → 0x, 0000, 0004, 0000, 0048. */
export function hexGroups(value: string): readonly string[] {
  const digits = /^0x([0-9a-f]+)$/i.exec(value)?.[1];
  if (digits === undefined) {
    throw new Error(`<Hex value="${value}" />: must be 0x and hexadecimal digits, such as 0x48.`);
  }
  const first = digits.length % 4;
  const groups = digits.slice(first).match(/.{4}/g) ?? [];
  return ['0x', ...(first > 0 ? [digits.slice(0, first)] : []), ...groups];
}
