"""The desk: the privacy office's daily tool in the browser, over the operator's registers."""
