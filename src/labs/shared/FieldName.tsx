import type { JSX } from 'preact';

/** A name of the specification that may break before its capitals where the line is short. */
export function FieldName({ name }: { readonly name: string }): JSX.Element {
  const parts = name.split(/(?<=[a-z0-9])(?=[A-Z])/);
  return (
    <>
      {parts.map((part, index) => (
        <>
          {index > 0 && <wbr />}
          {part}
        </>
      ))}
    </>
  );
}
