{{/* The parts that the pods of processes, jobs and commands have in common. */}}

{{- define "portico.podSettings" -}}
automountServiceAccountToken: false
{{/* Variables of the cluster's Services would be read as settings: PORTICO_METRICS_PORT is one of both. */ -}}
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "portico.containerSettings" -}}
image: "{{ required "image.repository: where the cluster finds the image" .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* The Services whose API and worker share a folder of files: (list . "billing-worker"). */}}
{{- define "portico.filesOf" -}}
{{- $service := trimSuffix "-worker" (index . 1) -}}
{{- if hasKey (index . 0).Values.files $service }}{{ $service }}{{ end -}}
{{- end }}

{{- define "portico.claim" -}}
{{- $files := index (index . 0).Values.files (index . 1) -}}
{{ $files.existingClaim | default (printf "%s-%s-files" (include "portico.fullname" (index . 0)) (index . 1)) }}
{{- end }}

{{- define "portico.extraEnvironment" }}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end }}

{{/* What the pods have in common that sign in as PostgreSQL's admin. */}}
{{- define "portico.adminPod" -}}
{{- include "portico.podSettings" . }}
serviceAccountName: {{ include "portico.fullname" . }}
{{- end }}

{{- define "portico.adminContainer" -}}
{{- include "portico.containerSettings" . }}
env:
  {{- include "portico.environment.backup" . | trim | nindent 2 }}
resources: {{ toYaml .Values.backup.resources | nindent 2 }}
{{- end }}

{{- define "portico.adminMounts" -}}
- {name: tmp, mountPath: /tmp}
- {name: billing-files, mountPath: /var/lib/portico}
- {name: provisioning-files, mountPath: /var/lib/portico-provisioning}
{{- if .Values.backup.claim }}
- {name: backups, mountPath: /backups}
{{- end }}
{{- end }}

{{- define "portico.adminVolumes" -}}
- {name: tmp, emptyDir: {sizeLimit: 256Mi}}
- {name: billing-files, persistentVolumeClaim: {claimName: {{ include "portico.claim" (list . "billing") }}}}
- {name: provisioning-files, persistentVolumeClaim: {claimName: {{ include "portico.claim" (list . "provisioning") }}}}
{{- with .Values.backup.claim }}
- {name: backups, persistentVolumeClaim: {claimName: {{ . }}}}
{{- end }}
{{- end }}
