import antd from 'antd/es/locale/en_US';
import { en } from './en';

export { antd };
export const texts = en;
