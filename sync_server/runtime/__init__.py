"""The running process: settings, application context, notification, jobs, logs, readiness."""
