import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import {
  type CallParams,
  editControlGroup,
  editWord,
  flipControlBit,
  type GroupView,
  type Issue,
  type LabView,
  type Result,
} from '../../../engine/hypervisor/index.ts';
import { fill } from '../../shared/fill.ts';
import { TextField } from '../../shared/TextField.tsx';
import type { HypercallLabStrings } from '../strings.ts';

interface Props {
  readonly strings: HypercallLabStrings;
  readonly view: LabView;
  readonly params: CallParams;
  readonly onEdit: (edited: Result<CallParams, Issue>) => Issue | undefined;
  /** Shows what a field is for. */
  readonly onHelp: (text: string) => void;
}

const helpOf = ({ name, doc }: GroupView): string => `${name}: ${doc}`;

/** The control word as one number, as fields and as bits; each can be edited, all agree. */
export function ControlWord({ strings, view, params, onEdit, onHelp }: Props): JSX.Element {
  const named = view.control.groups.filter((group) => !group.reserved || group.broken);
  return (
    <fieldset class="lab-block">
      <legend>{strings.control}</legend>
      <div class="control-hex">
        <TextField
          label={strings.controlHex}
          value={view.control.hex}
          issues={strings.issues}
          onText={(text) => onEdit(editWord(params, 'control', text))}
        />
      </div>
      <div class="control-fields">
        {named.map((group) => (
          <div key={group.name} class={`control-field${group.broken ? ' is-broken' : ''}`}>
            <TextField
              label={group.name}
              value={group.valueText}
              onHelp={() => onHelp(helpOf(group))}
              issues={strings.issues}
              onText={(text) => onEdit(editControlGroup(params, group.name, text))}
            />
            <small>{fill(strings.fieldRange, { range: rangeOf(group) })}</small>
          </div>
        ))}
      </div>
      <details class="control-bits">
        <summary>{strings.bits}</summary>
        <BitGrid
          groups={view.control.groups}
          strings={strings}
          onFlip={(bit) => onEdit({ ok: true, value: flipControlBit(params, bit) })}
        />
      </details>
    </fieldset>
  );
}

const rangeOf = ({ high, low }: GroupView): string => (high === low ? `${low}` : `${high}–${low}`);

interface BitGridProps {
  readonly groups: readonly GroupView[];
  readonly strings: HypercallLabStrings;
  readonly onFlip: (bit: number) => void;
}

/**
 * Sixty-four switches with one tab stop; arrow keys move between them. The digit comes from the
 * style, because a name that holds it would be read out together with the state of the switch.
 */
function BitGrid({ groups, strings, onFlip }: BitGridProps): JSX.Element {
  const [focused, setFocused] = useState(0);
  const grid = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    if (grid.current === null) return;
    const row = getComputedStyle(grid.current).gridTemplateColumns.split(' ').length;
    const delta = { ArrowLeft: 1, ArrowRight: -1, ArrowUp: row, ArrowDown: -row }[event.key];
    if (delta === undefined) return;
    event.preventDefault();
    const next = (focused + delta + 64) % 64;
    setFocused(next);
    grid.current.querySelector<HTMLButtonElement>(`[data-bit="${next}"]`)?.focus();
  };
  return (
    <div class="bit-grid" ref={grid}>
      {groups.flatMap((group, order) =>
        group.bits.map(({ index, on }) => (
          <button
            type="button"
            key={index}
            data-bit={index}
            class={`bit${order % 2 ? ' is-odd' : ''}${group.reserved ? ' is-reserved' : ''}`}
            aria-pressed={on}
            aria-label={fill(strings.bitName, { bit: index, field: group.name })}
            title={fill(strings.bitName, { bit: index, field: group.name })}
            tabIndex={index === focused ? 0 : -1}
            onFocus={() => setFocused(index)}
            onKeyDown={move}
            onClick={() => onFlip(index)}
          />
        )),
      )}
    </div>
  );
}
