/**
 * The digit classifier and what is judged by it. An entry of its own, so that its weights (some 70 KB) burden nobody else.
 *
 * @module
 */
export { type DigitClassifier, type DigitViews, mnistClassifier } from './mnist/classifier.ts'
export { classifierFid, type DigitReport, type DigitTrial, judgeDigits } from './mnist/judge-digits.ts'
