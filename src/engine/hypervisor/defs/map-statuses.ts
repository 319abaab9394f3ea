/** When calls that map guest-physical pages are refused. */
/** The conditions that all of these calls share. */
export const mapStatuses = {
  ACCESS_DENIED:
    'The partition is neither a child of the caller nor the root itself; or the root does not ' +
    'name its own pages one for one.',
  INVALID_PARTITION_ID: 'No partition has this id.',
  INVALID_PARAMETER:
    'A page lies outside its address space, a flag is reserved, no processor has such rights, ' +
    'or a large page is not aligned.',
  OPERATION_DENIED: 'A page is not mapped, or it is deposited in a pool.',
  INVALID_PARTITION_STATE: 'The partition is not active.',
  INSUFFICIENT_MEMORY: 'The pool of the partition has no page for a page table: deposit and retry.',
  OBJECT_IN_USE: 'A page is used for something that the new mapping would break.',
  FEATURE_UNAVAILABLE: 'The model has no shared zero or one pages and no protection from overlays.',
} as const;
