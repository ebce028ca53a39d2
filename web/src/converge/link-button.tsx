import { Button, type ButtonProps } from 'antd';
import { useNavigate } from 'react-router';

/** A place that looks like a button: a link to the browser, without loading the page anew. */
export function LinkButton({ to, onClick, ...rest }: Omit<ButtonProps, 'href'> & { to: string }) {
  const navigate = useNavigate();
  return (
    <Button
      {...rest}
      href={to}
      onClick={(e) => {
        onClick?.(e);
        if (e.metaKey || e.ctrlKey || e.shiftKey) return;
        e.preventDefault();
        void navigate(to);
      }}
    />
  );
}
