import type { JSX } from 'preact';
import { type Caller, callChoices, type LabView } from '../../../engine/hypervisor/index.ts';
import { fill } from '../../shared/fill.ts';
import type { HypercallLabStrings } from '../strings.ts';

interface Props {
  readonly strings: HypercallLabStrings;
  readonly view: LabView;
  readonly caller: Caller;
  readonly onCaller: (caller: Caller) => void;
  readonly onCall: (code: number) => void;
}

/** Who calls, and what. */
export function CallPicker({ strings, view, caller, onCaller, onCall }: Props): JSX.Element {
  const isKnown = callChoices.some(({ code }) => code === view.callCode);
  const code = `0x${view.callCode.toString(16)}`;
  return (
    <div class="lab-row">
      <label>
        {strings.caller}
        <select
          value={caller}
          onChange={(event) => onCaller(event.currentTarget.value === 'root' ? 'root' : 'child')}
        >
          <option value="root">{strings.callers.root}</option>
          <option value="child">{strings.callers.child}</option>
        </select>
      </label>
      <label>
        {strings.call}
        <select
          value={view.callCode}
          onChange={(event) => onCall(Number(event.currentTarget.value))}
        >
          {!isKnown && <option value={view.callCode}>{fill(strings.unknownCall, { code })}</option>}
          {callChoices.map((choice) => (
            <option key={choice.code} value={choice.code}>
              {choice.label}
            </option>
          ))}
        </select>
      </label>
      {view.callDoc && <p class="lab-doc">{view.callDoc}</p>}
    </div>
  );
}
