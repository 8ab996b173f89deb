import { quantised } from './quantised.ts'

/** 4.125 bits an element: codes -7..7 and a scale per 128 values. */
export const int4 = quantised('int4', 4)
