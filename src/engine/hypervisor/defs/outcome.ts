/**
 * How a call ended. `returned`: RAX holds the result. `continued`: the time was up, the control
 * word holds the next start index and the instruction runs again. `#UD`: a fault, nothing changed.
 * `intercepted`: the processor waits for its parent. `validated`: the call may be made, but its
 * effect is not simulated, so nothing has changed and there is no answer. `switched`: the processor
 * has changed its virtual trust level; there is no answer either.
 */
export type Outcome = 'returned' | 'continued' | '#UD' | 'intercepted' | 'validated' | 'switched';
