/** Runs in the head before anything is painted; keep in step with `preference.ts`. */
export const preferenceScript = `try{for(const n of ['theme','sidebar']){const v=localStorage.getItem('weir.'+n);if(v)document.documentElement.dataset[n]=v}}catch(e){}`;
