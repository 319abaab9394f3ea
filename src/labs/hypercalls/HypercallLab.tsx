import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { presetByCall, type SentenceTable } from '../../engine/hypervisor/index.ts';
import { fill } from '../shared/fill.ts';
import { Transport } from '../shared/Transport.tsx';
import { usePlayback } from '../shared/use-playback.ts';
import { Answer } from './parts/Answer.tsx';
import { CallPicker } from './parts/CallPicker.tsx';
import { ControlWord } from './parts/ControlWord.tsx';
import { InputBlock } from './parts/InputBlock.tsx';
import { LabHeader } from './parts/LabHeader.tsx';
import { MachinePanel } from './parts/MachinePanel.tsx';
import { RegisterTable } from './parts/RegisterTable.tsx';
import { TraceList } from './parts/TraceList.tsx';
import type { HypercallLabStrings } from './strings.ts';
import { type HypercallLabModel, useHypercallLab } from './use-hypercall-lab.ts';

interface Props {
  /** Id of the example that the page asks for. */
  readonly preset: string;
  readonly strings: HypercallLabStrings;
  readonly sentences: SentenceTable;
}

interface PartProps {
  readonly lab: HypercallLabModel;
  readonly strings: HypercallLabStrings;
}

/** Runs one hypercall of the reader's making on the simulated machine, step by step. */
export function HypercallLab({ preset, strings, sentences }: Props): JSX.Element {
  const stage = useRef<HTMLElement>(null);
  const lab = useHypercallLab(preset, strings, sentences, stage);
  return (
    <section class="lab hypercall-lab" aria-label={strings.title} tabIndex={-1} ref={stage}>
      <LabHeader
        strings={strings}
        preset={lab.preset}
        params={lab.params}
        step={lab.step}
        onPreset={lab.start}
      />
      <p
        class="lab-notice"
        role="status"
        hidden={lab.notice === ''}
        data-load-failed={strings.loadFailed}
      >
        {lab.notice}
      </p>
      <div class="lab-grid">
        <CallPanel lab={lab} strings={strings} />
        <RunPanel lab={lab} strings={strings} stage={stage} />
      </div>
      <div class="lab-grid lab-ends">
        <div class="lab-panel">
          <MachinePanel
            strings={strings}
            partitions={lab.partitions}
            partitionsAtEnd={lab.partitionsAtEnd}
          />
        </div>
        <div class="lab-panel">
          <RegisterTable
            strings={strings}
            rows={lab.view.registers}
            done={lab.shownStep >= lab.totalSteps}
          />
        </div>
      </div>
      <p class="lab-digest">
        {strings.digest} <code>{lab.view.digest}</code>
      </p>
    </section>
  );
}

/** What is called: caller, call, control word and input. */
function CallPanel({ lab, strings }: PartProps): JSX.Element {
  const [help, setHelp] = useState('');
  const { view, params, starts } = lab;
  const editing = { strings, view, params, onEdit: lab.edit, onHelp: setHelp };
  return (
    <div class="lab-panel">
      <CallPicker
        strings={strings}
        view={view}
        caller={params.caller}
        onCaller={(caller) => lab.edit({ ok: true, value: { ...params, caller } })}
        onCall={(code) => {
          const preset = presetByCall(code);
          if (preset) lab.start(preset);
        }}
      />
      <ControlWord key={`control-${starts}`} {...editing} />
      <InputBlock key={`input-${starts}`} {...editing} />
      <p class="lab-doc lab-help">{help === '' ? strings.helpHint : help}</p>
    </div>
  );
}

interface RunProps extends PartProps {
  readonly stage: { readonly current: HTMLElement | null };
}

/** What happens: the answer, and the steps that lead to it. */
function RunPanel({ lab, strings, stage }: RunProps): JSX.Element {
  const { view, shownStep: step, totalSteps: total } = lab;
  const playback = usePlayback(step, total, lab.play, stage);
  const moveTo = (next: number) => {
    playback.stop();
    lab.moveTo(next);
  };
  const text = view.steps[step - 1]?.text ?? '';
  return (
    <div class="lab-panel">
      <Answer strings={strings} view={view} stepsLeft={total - step} />
      <Transport
        step={step}
        total={total}
        playing={playback.playing}
        strings={strings.transport}
        onStep={moveTo}
        onPlay={playback.toggle}
      />
      <p class="visually-hidden" aria-live="polite">
        {fill(strings.summary, { step, total, text })}
      </p>
      <TraceList strings={strings} steps={view.steps} step={step} onStep={moveTo} />
    </div>
  );
}
