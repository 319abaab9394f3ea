import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import {
  type CallParams,
  encodeLabState,
  type Preset,
  presets,
  toScenarioFile,
} from '../../../engine/hypervisor/index.ts';
import { addressWithState, writeStateToAddress } from '../../shared/use-hash-state.ts';
import type { HypercallLabStrings } from '../strings.ts';

interface Props {
  readonly strings: HypercallLabStrings;
  readonly preset: Preset;
  readonly params: CallParams;
  readonly step: number | undefined;
  readonly onPreset: (preset: Preset) => void;
}

/** Title, choice of example, and what leaves the page: link and file. */
export function LabHeader({ strings, preset, params, step, onPreset }: Props): JSX.Element {
  const [shared, setShared] = useState('');
  const share = async () => {
    const text = encodeLabState({ preset: preset.number, params, step }, preset);
    try {
      await navigator.clipboard.writeText(addressWithState(text));
      setShared(strings.shared);
    } catch {
      // Without leave to use the clipboard the address bar still holds the link.
      writeStateToAddress(text);
      setShared(strings.shareFailed);
    }
  };
  const isShared = shared === strings.shared;
  return (
    <header class="lab-header">
      <span class="lab-title">{strings.title}</span>
      <label>
        {strings.example}{' '}
        <select
          value={preset.id}
          onChange={(event) => {
            const chosen = presets.find(({ id }) => id === event.currentTarget.value);
            if (chosen) onPreset(chosen);
          }}
        >
          {!presets.includes(preset) && <option value={preset.id}>{strings.plainStart}</option>}
          {presets.map(({ id }) => (
            <option key={id} value={id}>
              {strings.presets[id]}
            </option>
          ))}
        </select>
      </label>
      <span class="lab-actions needs-script">
        <button type="button" class="lab-swap" onClick={share} onBlur={() => setShared('')}>
          <span hidden={isShared}>{strings.share}</span>
          <span hidden={!isShared}>{strings.shared}</span>
        </button>
        <button type="button" onClick={() => save(params)}>
          {strings.export}
        </button>
        <button type="button" onClick={() => onPreset(preset)}>
          {strings.reset}
        </button>
        <span role="status" class={isShared ? 'visually-hidden' : 'lab-shared'}>
          {shared}
        </span>
      </span>
    </header>
  );
}

/** Hands the call to the reader as the file that `engine -- run` replays. */
function save(params: CallParams): void {
  const text = `${JSON.stringify(toScenarioFile(params), null, 2)}\n`;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = 'hypercall.json';
  link.click();
  URL.revokeObjectURL(link.href);
}
