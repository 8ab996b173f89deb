/** Stands for a package whose import fails in its own way. */
throw 'a string without a code'
