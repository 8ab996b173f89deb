import type { Form } from '../form.ts'
import { denseLayers } from './dense.ts'

/** A multilayer perceptron: dense layers with ReLU between them. */
export const mlpForm: Form = denseLayers
