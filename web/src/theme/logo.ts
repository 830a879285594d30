/** The lines of the logo on a square of 32. */
export const LOGO = { shield: 'M16 2 4 6.5v8.7C4 22.3 9 28 16 30c7-2 12-7.7 12-14.8V6.5z', letter: 'M12 10v12M20.5 10 12.5 16.2 20.5 22' };
