import type { JSX } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import type { Step } from '../../../engine/hypervisor/index.ts';
import { fill } from '../../shared/fill.ts';
import type { HypercallLabStrings } from '../strings.ts';
import { drawnSteps } from './drawn-steps.ts';

interface Props {
  readonly strings: HypercallLabStrings;
  readonly steps: readonly Step[];
  readonly step: number;
  readonly onStep: (step: number) => void;
}

const marks = { passed: '✓', refused: '✕', effect: '+', turn: '→' } as const;

/** Every check and every change in order; the shown step with the rule behind it. */
export function TraceList({ strings, steps, step, onStep }: Props): JSX.Element {
  const labelId = useId();
  const list = useRef<HTMLOListElement>(null);
  const { from, to, isPart } = drawnSteps(step, steps.length);
  const current = steps[step - 1];

  // A part has a box of its own, so that all parts are of one height; the shown step is in it.
  useLayoutEffect(() => {
    const box = list.current;
    const row = box?.querySelector<HTMLElement>(`[value="${step}"]`);
    if (isPart && box && row) box.scrollTop = row.offsetTop - box.clientHeight / 2;
  }, [isPart, step]);

  return (
    <div class="lab-block">
      <p class="lab-label" id={labelId}>
        {strings.trace}
      </p>
      <ol
        class={`trace${isPart ? ' is-part' : ''}`}
        aria-labelledby={labelId}
        tabIndex={isPart ? 0 : undefined}
        ref={list}
      >
        {steps.slice(from, to).map((each) => (
          <TraceRow
            key={each.index}
            row={each}
            isSame={each.index > from && each.layer === steps[each.index - 1]?.layer}
            step={step}
            strings={strings}
            onStep={onStep}
          />
        ))}
      </ol>
      {isPart && (
        <p class="lab-doc">
          {fill(strings.stepsDrawn, { from: from + 1, to, total: steps.length })}
        </p>
      )}
      <p class="trace-rule">
        {current ? (
          <>
            {strings.rule} <a href={current.source.url}>{current.source.title}</a>
          </>
        ) : (
          strings.noRule
        )}
      </p>
    </div>
  );
}

interface RowProps {
  readonly row: Step;
  /** The row above tells of the same layer. */
  readonly isSame: boolean;
  readonly step: number;
  readonly strings: HypercallLabStrings;
  readonly onStep: (step: number) => void;
}

function TraceRow({ row, isSame, step, strings, onStep }: RowProps): JSX.Element {
  const { index, layer, tone, text } = row;
  const position = index + 1;
  const when = position === step ? 'is-now' : position < step ? 'is-done' : 'is-ahead';
  return (
    <li
      value={position}
      class={`layer-${layer} tone-${tone} ${when}${isSame ? ' is-same' : ''}`}
      aria-current={position === step ? 'step' : undefined}
    >
      {/* A short cut for the pointer; by keyboard the slider does the same. */}
      <button type="button" tabIndex={-1} onClick={() => onStep(position)}>
        <span class="trace-layer">{strings.layers[layer]}</span>
        <span class="trace-text">{text}</span>
        <span class="trace-mark" aria-hidden="true">
          {marks[tone]}
        </span>
        {strings.tones[tone] && <span class="visually-hidden">{strings.tones[tone]}</span>}
      </button>
    </li>
  );
}
