/** Parts that one step may be made of. */
export const MAX_PARTS = 1024

/** Of a part: rows of the largest data sets. */
export const MAX_WEIGHT = 2 ** 30
