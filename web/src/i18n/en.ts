import messages from './en.json';
export { messages };
