import { quantised } from './quantised.ts'

/** 8.125 bits an element: codes -127..127 and a scale per 128 values. */
export const int8 = quantised('int8', 8)
