/**
 * HV_STATUS codes: the answers of hypercalls.
 *
 * On Windows the same number shows as the NTSTATUS 0xC0350000 | HV_STATUS.
 * Source: TLFS 6.0b, appendix B; Linux include/hyperv/hvgdk_mini.h.
 */
/** Number and meaning of each status that the model can give, by name without `HV_STATUS_`. */
export const statusTable = {
  SUCCESS: { code: 0x0000, doc: 'The call did what was asked.' },
  INVALID_HYPERCALL_CODE: { code: 0x0002, doc: 'No such hypercall.' },
  INVALID_HYPERCALL_INPUT: {
    code: 0x0003,
    doc: 'The control word is wrong: reserved bits, repetitions, variable header or form.',
  },
  INVALID_ALIGNMENT: {
    code: 0x0004,
    doc: 'A parameter block is not 8-byte aligned, crosses a page or lies outside memory.',
  },
  INVALID_PARAMETER: { code: 0x0005, doc: 'A parameter has a value that is not allowed.' },
  ACCESS_DENIED: { code: 0x0006, doc: 'The caller lacks the privilege or the relation it needs.' },
  INVALID_PARTITION_STATE: {
    code: 0x0007,
    doc: 'The partition is in a state in which this cannot be done.',
  },
  OPERATION_DENIED: { code: 0x0008, doc: 'The operation is not possible for this object.' },
  UNKNOWN_PROPERTY: { code: 0x0009, doc: 'No such property.' },
  PROPERTY_VALUE_OUT_OF_RANGE: { code: 0x000a, doc: 'The property cannot have this value.' },
  INSUFFICIENT_MEMORY: {
    code: 0x000b,
    doc: 'The memory pool holds too few pages; deposit more and try again.',
  },
  PARTITION_TOO_DEEP: { code: 0x000c, doc: 'The partition tree would become too deep.' },
  INVALID_PARTITION_ID: { code: 0x000d, doc: 'No partition has this id.' },
  INVALID_VP_INDEX: { code: 0x000e, doc: 'No virtual processor has this index.' },
  NOT_FOUND: { code: 0x0010, doc: 'What was asked for is not there.' },
  INVALID_PORT_ID: { code: 0x0011, doc: 'The port is gone or of another type.' },
  INVALID_CONNECTION_ID: { code: 0x0012, doc: 'No connection has this id.' },
  INSUFFICIENT_BUFFERS: { code: 0x0013, doc: 'All message buffers of the port are in use.' },
  NOT_ACKNOWLEDGED: { code: 0x0014, doc: 'An earlier interrupt is not acknowledged yet.' },
  INVALID_VP_STATE: { code: 0x0015, doc: 'The virtual processor is in the wrong state.' },
  ACKNOWLEDGED: { code: 0x0016, doc: 'The interrupt was already acknowledged.' },
  INVALID_SAVE_RESTORE_STATE: {
    code: 0x0017,
    doc: 'Saving or restoring was not begun, or is in another step.',
  },
  INVALID_SYNIC_STATE: {
    code: 0x0018,
    doc: 'The SynIC of the receiver, its page or its source is switched off.',
  },
  OBJECT_IN_USE: { code: 0x0019, doc: 'The object is used for something else.' },
  INVALID_PROXIMITY_DOMAIN_INFO: { code: 0x001a, doc: 'No such proximity domain.' },
  NO_DATA: { code: 0x001b, doc: 'There is nothing to hand over.' },
  INACTIVE: { code: 0x001c, doc: 'The other side has not been heard of.' },
  NO_RESOURCES: { code: 0x001d, doc: 'Something that the call needs has run out.' },
  FEATURE_UNAVAILABLE: { code: 0x001e, doc: 'The feature is not there.' },
  INSUFFICIENT_BUFFER: { code: 0x0033, doc: 'The buffer of the caller is too small.' },
  INVALID_LP_INDEX: { code: 0x0041, doc: 'No logical processor has this number.' },
  INVALID_REGISTER_VALUE: { code: 0x0050, doc: 'The register cannot hold this value.' },
  INVALID_VTL_STATE: { code: 0x0051, doc: 'The trust level is not enabled here.' },
  INVALID_DEVICE_ID: { code: 0x0057, doc: 'No device has this id.' },
  INVALID_DEVICE_STATE: { code: 0x0058, doc: 'The device is in the wrong state.' },
  VTL_ALREADY_ENABLED: { code: 0x0086, doc: 'The trust level is enabled already.' },
} as const satisfies Readonly<Record<string, { readonly code: number; readonly doc: string }>>;

/** The name of a status, without `HV_STATUS_`. */
export type StatusName = keyof typeof statusTable;

const names = Object.keys(statusTable) as StatusName[];

/** The number of each status. */
export const HvStatus = Object.fromEntries(names.map((name) => [name, statusTable[name].code])) as {
  readonly [N in StatusName]: (typeof statusTable)[N]['code'];
};

/** The number of some status. */
export type HvStatusCode = (typeof statusTable)[StatusName]['code'];

const nameByCode = new Map<number, StatusName>(names.map((name) => [statusTable[name].code, name]));

/** The name of a status number, if it has one. */
export const statusName = (code: number): StatusName | undefined => nameByCode.get(code);
