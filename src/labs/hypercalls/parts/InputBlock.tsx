import type { JSX } from 'preact';
import {
  type BlockRow,
  type CallParams,
  editField,
  editInputHex,
  editWord,
  type Issue,
  type LabView,
  type Result,
} from '../../../engine/hypervisor/index.ts';
import { FieldName } from '../../shared/FieldName.tsx';
import { fill } from '../../shared/fill.ts';
import { TextField } from '../../shared/TextField.tsx';
import type { HypercallLabStrings } from '../strings.ts';
import { BlockBytes } from './BlockBytes.tsx';

interface Props {
  readonly strings: HypercallLabStrings;
  readonly view: LabView;
  readonly params: CallParams;
  readonly onEdit: (edited: Result<CallParams, Issue>) => Issue | undefined;
  /** Shows what a field is for. */
  readonly onHelp: (text: string) => void;
}

/** The input block field by field beside its bytes, and as a whole in hexadecimal. */
export function InputBlock({ strings, view, params, onEdit, onHelp }: Props): JSX.Element {
  const rows = view.input?.rows ?? [];
  const hidden = view.input?.hiddenElements ?? 0;
  return (
    <fieldset class="lab-block">
      <legend>{view.isFast ? strings.inputFast : strings.input}</legend>
      {!view.isFast && (
        <div class="lab-row">
          <TextField
            label={strings.inputGpa}
            value={view.inputGpa}
            issues={strings.issues}
            onText={(text) => onEdit(editWord(params, 'inputGpa', text))}
          />
          <TextField
            label={strings.outputGpa}
            value={view.outputGpa}
            issues={strings.issues}
            onText={(text) => onEdit(editWord(params, 'outputGpa', text))}
          />
        </div>
      )}
      {view.input && rows.length === 0 && <p class="lab-doc">{strings.noInput}</p>}
      {rows.length > 0 && (
        <div class="lab-scroll">
          <table class="block">
            <thead>
              <tr>
                <th scope="col">{strings.offset}</th>
                <th scope="col">{strings.fieldBytes}</th>
                <th scope="col">{strings.value}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <InputRow
                  key={row.key}
                  row={row}
                  strings={strings}
                  params={params}
                  onEdit={onEdit}
                  onHelp={() => onHelp(`${row.path}: ${row.doc}`)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {hidden > 0 && <p class="lab-doc">{fill(strings.hiddenElements, { count: hidden })}</p>}
      <details>
        <summary>{strings.inputHex}</summary>
        <TextField
          label={strings.inputHex}
          hidesLabel
          rows={4}
          value={view.inputHex}
          issues={strings.issues}
          onText={(text) => onEdit(editInputHex(params, text))}
        />
      </details>
    </fieldset>
  );
}

interface RowProps {
  readonly row: BlockRow;
  readonly strings: HypercallLabStrings;
  readonly params: CallParams;
  readonly onEdit: Props['onEdit'];
  readonly onHelp: () => void;
}

function InputRow({ row, strings, params, onEdit, onHelp }: RowProps): JSX.Element {
  const label =
    row.element === undefined
      ? row.path
      : `${row.path}, ${fill(strings.element, { index: row.element })}`;
  return (
    <tr class={row.broken ? 'is-broken' : row.role === 'data' ? undefined : 'is-quiet'}>
      <th scope="row">
        <code>{`0x${row.offsetBytes.toString(16).padStart(2, '0')}`}</code>
      </th>
      <td>
        <FieldName name={row.path} />
        {row.element !== undefined && <small> [{row.element}]</small>}
        <BlockBytes bytes={row.bytes} />
      </td>
      <td>
        <TextField
          label={label}
          hidesLabel
          onHelp={onHelp}
          value={row.text}
          issues={strings.issues}
          onText={(text) => onEdit(editField(params, row.info, row.structAt, text))}
        />
      </td>
    </tr>
  );
}
