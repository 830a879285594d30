import messages from './zh-CN.json';
export { messages };
