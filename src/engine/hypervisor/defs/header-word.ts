import { struct, u64Field } from '../../kernel/layout.ts';

/**
 * One word of a variable header, as forms and examples edit it.
 *
 * Source: TLFS, Hypercall Interface, "Variable Sized Hypercall Input Headers".
 */
export const headerWord = struct('HV_VARIABLE_HEADER_WORD', {
  HeaderWord: u64Field('A word of the variable header: in a set of processors, one bank of 64.'),
});
