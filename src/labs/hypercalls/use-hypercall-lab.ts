import { useCallback, useMemo, useReducer, useState } from 'preact/hooks';
import {
  type CallParams,
  decodeLabState,
  encodeLabState,
  type Issue,
  type LabView,
  labView,
  machineView,
  type PartitionView,
  type Preset,
  presetById,
  presetByNumber,
  type Result,
  runCall,
  type SentenceTable,
} from '../../engine/hypervisor/index.ts';
import { issueText } from '../shared/issue-text.ts';
import { useStateLinks, writeStateToAddress } from '../shared/use-hash-state.ts';
import type { HypercallLabStrings } from './strings.ts';

/** The lab's own state: everything else is derived from it by the engine. */
interface State {
  readonly preset: Preset;
  readonly params: CallParams;
  /** Undefined shows the end of the run, whatever its length. */
  readonly step: number | undefined;
}

/** What the lab shows and what a reader can do to it. */
export interface HypercallLabModel extends State {
  readonly view: LabView;
  readonly partitions: readonly PartitionView[];
  readonly partitionsAtEnd: readonly PartitionView[];
  readonly shownStep: number;
  readonly totalSteps: number;
  /** A sentence about a link that could not be used, or nothing. */
  readonly notice: string;
  /** Grows with each fresh start, so that fields forget half-typed text. */
  readonly starts: number;
  readonly start: (preset: Preset) => void;
  /** Takes an edit over, or gives its issue and keeps the last good run. */
  readonly edit: (edited: Result<CallParams, Issue>) => Issue | undefined;
  /** Shows a step and remembers it in the address. */
  readonly moveTo: (step: number) => void;
  /** Shows a step while playing; the address keeps still. */
  readonly play: (step: number) => void;
}

const startOf = (preset: Preset): State => ({ preset, params: preset.params, step: undefined });

/** Holds the lab's state, keeps the address in step with it, and runs the engine. */
export function useHypercallLab(
  presetId: string,
  strings: HypercallLabStrings,
  sentences: SentenceTable,
  stage: { readonly current: HTMLElement | null },
): HypercallLabModel {
  const first = presetById(presetId) as Preset;
  const [state, setState] = useState<State>(() => startOf(first));
  const [notice, setNotice] = useState('');
  const [starts, countStart] = useReducer((count: number, _: undefined) => count + 1, 0);
  const { params } = state;
  const run = useMemo(() => runCall(params), [params]);
  const view = useMemo(() => labView(run, sentences), [run, sentences]);
  const totalSteps = view.steps.length;
  const shownStep = Math.min(state.step ?? totalSteps, totalSteps);
  const partitions = useMemo(() => machineView(run, shownStep), [run, shownStep]);
  const partitionsAtEnd = useMemo(() => machineView(run, totalSteps), [run, totalSteps]);

  const show = (next: State) => {
    setState(next);
    setNotice('');
    writeStateToAddress(encodeLabState({ ...next, preset: next.preset.number }, next.preset));
  };
  const stepOf = (step: number) => (step >= totalSteps ? undefined : step);
  const play = useCallback(
    (step: number) => setState((now) => ({ ...now, step: step >= totalSteps ? undefined : step })),
    [totalSteps],
  );
  useStateLinks((text) => {
    countStart(undefined);
    const decoded = decodeLabState(text, presetByNumber);
    setNotice(decoded.ok ? '' : issueText(decoded.error, strings.issues));
    if (!decoded.ok) return setState(startOf(first));
    const preset = presetByNumber(decoded.value.preset) ?? first;
    setState({ ...decoded.value, preset });
  }, stage);

  return {
    ...state,
    view,
    partitions,
    partitionsAtEnd,
    shownStep,
    totalSteps,
    notice,
    starts,
    play,
    start(preset) {
      show(startOf(preset));
      countStart(undefined);
    },
    edit(edited) {
      if (!edited.ok) return edited.error;
      show({ ...state, params: edited.value, step: undefined });
      return undefined;
    },
    moveTo: (step) => show({ ...state, step: stepOf(step) }),
  };
}
