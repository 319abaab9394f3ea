/**
 * The shape of a hypercall's declaration.
 *
 * From one `defineCall` follow the codec, the dispatch, the form in the lab, the reference page,
 * the property tests and the presets. The three shapes of the specification differ only in whether
 * there are list elements and a variable header.
 */
import type { Source } from '../../facts/basis.ts';
import type { Layout, Struct, View } from '../../kernel/layout.ts';
import { assert } from '../../kernel/result.ts';
import type { HypercallPorts } from './ports.ts';
import type { Privilege } from './privileges.ts';
import { HvStatus, type HvStatusCode, type StatusName } from './status.ts';
import type { callTimedOut } from './timed-out.ts';

/** Who may make a call, as the specification says it. */
export type CallerRule = 'any' | 'parent' | 'parent or root' | 'root';

/** How far the model goes. A call that is only validated never claims to have done anything. */
export type Behaviour = 'simulated' | 'validated only';

/**
 * Whether the parameter blocks are written down anywhere. Of a call without a published layout only
 * code, privilege, form and repetitions can be checked.
 */
export type LayoutRule = 'published' | 'unpublished';

/**
 * Why a call is only validated: nothing says what it passes, the model lacks what it acts on, or
 * what it would leave behind is not written down anywhere.
 */
export type NotSimulatedReason =
  | 'parameters unpublished'
  | 'effect unpublished'
  | 'no devices'
  | 'no logical processors'
  | 'no event log'
  | 'no isolation'
  | 'no memory hints'
  | 'ends the machine'
  | 'ARM64 only'
  | 'guests run from outside';

/** What every declared call has, whatever its structures are. */
export interface CallDefinition {
  readonly code: number;
  readonly name: string;
  /** Other spellings, in older specifications or in Linux. */
  readonly aka: readonly string[];
  readonly doc: string;
  readonly caller: CallerRule;
  readonly privilege: Privilege | undefined;
  readonly kind: 'simple' | 'rep';
  /** Largest variable header in 8-byte words; 0 for calls without one. */
  readonly headerMaxWords: number;
  readonly input: Layout | undefined;
  readonly element: Layout | undefined;
  readonly output: Layout | undefined;
  readonly outputElement: Layout | undefined;
  /** When each status is given, in our own words. */
  readonly statuses: Readonly<Partial<Record<StatusName, string>>>;
  readonly source: Source;
  /** Whether the model does what the call says, or only decides whether it may be made. */
  readonly behaviour: Behaviour;
  readonly layout: LayoutRule;
  /** Undefined for a call that is simulated. */
  readonly notSimulated: NotSimulatedReason | undefined;
  /** Rules about single fields that hold whatever the machine's state is. */
  readonly structure: ((block: Block) => HvStatusCode) | undefined;
  /**
   * Does the work of a simple call. For a rep call it runs once per entry, and an answer other than
   * a status is the context that each element gets.
   */
  readonly body: (block: Block, ports: HypercallPorts) => BodyAnswer | object;
  /** Does one element of a rep call. */
  readonly step: ElementStep | undefined;
}

/** Answers of VTL calls instead of a status: an invalid-opcode fault, or the change of level. */
export const vtlCallEnd = { fault: 0x1_0000, switch: 0x1_0004 } as const;

/** What a body can answer. */
export type BodyAnswer =
  | HvStatusCode
  | typeof callTimedOut
  | (typeof vtlCallEnd)[keyof typeof vtlCallEnd];

/** Does the element at `block.elementAt`. */
export type ElementStep = (
  context: object,
  block: Block,
  ports: HypercallPorts,
) => HvStatusCode | typeof callTimedOut;

/** The parameter blocks of one call in progress; `input` and `output` are windows onto them. */
export interface Block {
  readonly inputBytes: DataView;
  readonly inputAt: number;
  /** Where the current element starts in `inputBytes`. */
  readonly elementAt: number;
  readonly outputBytes: DataView;
  readonly outputElementAt: number;
  readonly index: number;
  /** Words of variable header behind the fixed header. */
  readonly headerWords: number;
}

/** The parts that every declaration shares. */
interface CommonSpec<I> {
  readonly code: number;
  readonly name: `Hv${string}`;
  readonly aka?: readonly string[];
  readonly doc: string;
  readonly caller: CallerRule;
  readonly privilege?: Privilege;
  readonly statuses: CallDefinition['statuses'];
  readonly source: Source;
  /** Largest variable header in 8-byte words; a call that does not say takes none. */
  readonly headerMaxWords?: number;
  readonly input?: Struct<I>;
  readonly structure?: (input: View<I>, block: Block) => HvStatusCode;
}

/** A call that does one thing. */
export interface SimpleSpec<I, O> extends CommonSpec<I> {
  readonly output?: Struct<O>;
  readonly handle: (
    input: View<I>,
    ports: HypercallPorts,
    output: View<O>,
    block: Block,
  ) => BodyAnswer;
}

/** A call that does the same thing for each element of a list. */
export interface RepSpec<I, E, R, C> extends CommonSpec<I> {
  /** A call that only counts, or only gives a list, takes none. */
  readonly element?: Struct<E>;
  readonly outputElement?: Struct<R>;
  /** Runs once per entry; what it gives is handed to each element, a number is a refusal. */
  readonly begin: (input: View<I>, ports: HypercallPorts, block: Block) => C | HvStatusCode;
  readonly each: (
    context: C,
    element: View<E>,
    ports: HypercallPorts,
    output: View<R>,
    block: Block,
  ) => HvStatusCode | typeof callTimedOut;
}

function common<I>(spec: CommonSpec<I>) {
  assert(spec.code > 0 && spec.code <= 0xffff, `${spec.name}: code ${spec.code}`);
  const { input, structure } = spec;
  const view = input?.view() as View<I>;
  return {
    code: spec.code,
    name: spec.name,
    aka: spec.aka ?? [],
    doc: spec.doc,
    caller: spec.caller,
    privilege: spec.privilege,
    headerMaxWords: spec.headerMaxWords ?? 0,
    input,
    statuses: spec.statuses,
    source: spec.source,
    view,
    structure:
      structure &&
      ((block: Block) => {
        view.move(block.inputBytes, block.inputAt);
        return structure(view, block);
      }),
  };
}

/** Declares a simple call. */
export function defineCall<I, O>(spec: SimpleSpec<I, O>): CallDefinition {
  const { view, ...shared } = common(spec);
  const output = spec.output?.view() as View<O>;
  return {
    ...shared,
    kind: 'simple',
    behaviour: 'simulated',
    layout: 'published',
    notSimulated: undefined,
    element: undefined,
    output: spec.output,
    outputElement: undefined,
    step: undefined,
    body(block, ports) {
      view?.move(block.inputBytes, block.inputAt);
      output?.move(block.outputBytes, 0);
      return spec.handle(view, ports, output, block);
    },
  };
}

/** Declares a rep call: a fixed header and equal steps, each with its element if there is one. */
export function defineRepCall<I, E, R, C extends object>(
  spec: RepSpec<I, E, R, C>,
): CallDefinition {
  const { view, ...shared } = common(spec);
  const element = spec.element?.view() as View<E>;
  const output = spec.outputElement?.view() as View<R>;
  return {
    ...shared,
    kind: 'rep',
    behaviour: 'simulated',
    layout: 'published',
    notSimulated: undefined,
    element: spec.element,
    output: undefined,
    outputElement: spec.outputElement,
    body(block, ports) {
      view?.move(block.inputBytes, block.inputAt);
      return spec.begin(view, ports, block);
    },
    step(context, block, ports) {
      const { inputBytes, elementAt } = block;
      if (spec.element?.reservedProblem(inputBytes, elementAt) !== undefined) {
        return HvStatus.INVALID_PARAMETER;
      }
      element?.move(inputBytes, elementAt);
      output?.move(block.outputBytes, block.outputElementAt);
      return spec.each(context as C, element, ports, output, block);
    },
  };
}

/** A call whose rules are known and whose effect is not simulated. */
export interface ValidatedSpec<I> extends CommonSpec<I> {
  readonly kind: 'simple' | 'rep';
  /** A call that does not say lacks what is published: its parameters or its effect. */
  readonly notSimulated?: NotSimulatedReason;
  /** A call that does not say has a published layout. */
  readonly layout?: LayoutRule;
  readonly element?: Layout;
  readonly output?: Layout;
  readonly outputElement?: Layout;
  /** Rules about the partitions and processors that it names. */
  readonly rules?: (input: View<I>, ports: HypercallPorts, block: Block) => HvStatusCode;
}

/** The root is the one partition without a parent. */
const isRoot = ({ caller }: HypercallPorts): boolean => caller.parent === undefined;

/**
 * Declares a call that is checked in every way and then stops: the caller learns that it would have
 * been made, and nothing else happens.
 */
export function defineValidatedCall<I>(spec: ValidatedSpec<I>): CallDefinition {
  const { view, ...shared } = common(spec);
  return {
    ...shared,
    kind: spec.kind,
    behaviour: 'validated only',
    layout: spec.layout ?? 'published',
    notSimulated:
      spec.notSimulated ??
      (spec.layout === 'unpublished' ? 'parameters unpublished' : 'effect unpublished'),
    element: spec.element,
    output: spec.output,
    outputElement: spec.outputElement,
    step: undefined,
    body(block, ports) {
      if (spec.caller === 'root' && !isRoot(ports)) return HvStatus.ACCESS_DENIED;
      view?.move(block.inputBytes, block.inputAt);
      return spec.rules?.(view, ports, block) ?? HvStatus.SUCCESS;
    },
  };
}
