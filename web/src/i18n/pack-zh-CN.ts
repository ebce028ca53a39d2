import antd from 'antd/es/locale/zh_CN';
import { zhCN } from './zh-CN';

export { antd };
export const texts = zhCN;
