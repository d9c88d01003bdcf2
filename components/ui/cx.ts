import { clsx } from 'clsx';

/**
 * Joins class names. Their order says nothing: of two Tailwind classes about the same thing the style sheet decides. What the
 * user of a primitive may overrule is in the layer `components` of app/globals.css.
 */
export const cx = clsx;
